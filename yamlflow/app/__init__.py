"""What a person can ask for. Takes values, returns values, prints nothing."""
