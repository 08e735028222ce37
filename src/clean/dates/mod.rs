//! Dates in many languages, relative ages, datelines.
