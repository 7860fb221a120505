"""Software of two branches, for tests of the API."""

import pytest
from flask import Flask

from app.accounts.permissions import Role
from tests.builders.branches import BranchAtHand
from tests.builders.software import Software


@pytest.fixture
def treasurer(application: Flask, a_branch: BranchAtHand) -> Software:
    """Software of the first branch's treasurer."""
    return Software(application, a_branch, Role.TREASURER)


@pytest.fixture
def stranger(application: Flask, another_branch: BranchAtHand) -> Software:
    """Software of the second branch's treasurer."""
    return Software(application, another_branch, Role.TREASURER)
