"""What needs no account: checking a seal, what a shopper pays and why, and the law that this site applies with its sources."""
