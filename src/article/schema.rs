//! JSON Schemas of everything that goes out and in, made from the types.
