"""Tests of gonzhi; they mirror the source."""
