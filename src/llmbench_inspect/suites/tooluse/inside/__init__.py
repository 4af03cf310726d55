"""What runs inside a sample's sandbox; sent there as text, so each file stands alone."""
