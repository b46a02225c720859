"""The real parts that tests run against: PostgreSQL, a browser, the service as processes."""
