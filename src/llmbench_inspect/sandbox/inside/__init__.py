"""What runs inside a jail as its first process: the standard library only, no other part of this package."""
