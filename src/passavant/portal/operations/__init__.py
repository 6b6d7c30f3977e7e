"""Running the portal: is it healthy, how much does it do."""
