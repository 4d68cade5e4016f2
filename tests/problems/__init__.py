"""Problems that no cell has: provoked one by one, each with the text that a person reads."""
