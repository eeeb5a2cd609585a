"""START HERE. One file a thing the service does. The only writers: no clock, no commit, no HTTP."""
