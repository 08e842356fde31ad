"""From an identifier to a key that its controller authorises."""
