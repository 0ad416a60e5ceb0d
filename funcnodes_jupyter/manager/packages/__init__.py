"""The packages of a worker's environment: looked up, planned, changed as planned or not at all, and written down."""
