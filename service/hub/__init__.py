"""The shared hub: one function per use case, each of them load, apply, save and outbox in one transaction.

The rule it keeps: no Flask, no environment, no global state; everything a use case needs comes in a
:class:`service.hub.context.Hub`. It may import ``gonzhi_code`` and the store, never a page.
"""
