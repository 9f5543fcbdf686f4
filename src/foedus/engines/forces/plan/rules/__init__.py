"""The rules of a plan as rows, a module for each family; `formulation` puts them together."""
