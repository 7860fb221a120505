"""People of `a_branch` at their browsers."""

import pytest
from flask import Flask

from app.accounts.permissions import Role
from tests.builders.branches import BranchAtHand, a_member
from tests.builders.pages import Browser


@pytest.fixture
def treasurer(application: Flask, a_branch: BranchAtHand) -> Browser:
    """The treasurer of `a_branch`, signed in."""
    return Browser(application).signed_in(a_member(a_branch, Role.TREASURER))
