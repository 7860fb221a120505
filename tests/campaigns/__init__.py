"""Long stories with a seed: much happens, much goes wrong, and the books must equal a model."""
