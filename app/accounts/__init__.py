"""People who sign in, their memberships, roles, permissions and tokens."""
