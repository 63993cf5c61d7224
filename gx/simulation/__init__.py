"""A simulated league that behaves like the pipeline, and incidents as mutations of it."""
