"""What runs inside of the sandbox: sent there as source, standard library only."""
