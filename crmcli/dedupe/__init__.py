"""Records that are the same thing, found without labels: columns of text in, groups with their evidence out.

The way of a search: `normalise` folds each column by its meaning, `block` proposes pairs, `compare` puts each pair of
values on a level ("same", "one letter", "differs"), `score` turns levels into bits after Fellegi and Sunter, and
`cluster` makes groups of the pairs. Nothing here knows what a contact or a company is.
"""
