"""Every read, in a stable order, one file an audience. Nothing here writes."""
