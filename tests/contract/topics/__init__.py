"""The topics of the contract, one module each, with a function run(*arguments)."""
