//! From the bytes of a page to text: BOM, header, meta, detector, in this order.
