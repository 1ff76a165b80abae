"""What the OpenAPI documents say: operations, their parameters, the shapes of bodies.

The documents decide what a valid request is and where it goes; what it does is not their business.
"""

from mock_server.contract.operations import Contract, Operation, load_contract
from mock_server.contract.parameters import Parameter
from mock_server.contract.routing import Router

__all__ = ["Contract", "Operation", "Parameter", "Router", "load_contract"]
