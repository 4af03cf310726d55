"""The sections of the report, a file each; being imported here is all that registers one."""
