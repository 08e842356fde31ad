"""The demonstration: a wallet with sample people and badges, and a page that shows the mails. On this machine only."""
