"""Analysts' rules: drafted, back-tested on what the lake keeps, proposed, approved by another person, in force."""
