"""The component of the pipeline beside this file."""


def hello(name: str = "world") -> str:
    """Greet somebody.

    Args:
        name: Whom to greet.
    """
    greeting = f"Hello, {name}!"
    print(greeting)
    return greeting
