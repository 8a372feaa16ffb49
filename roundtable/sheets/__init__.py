"""Lists of people as files, pure: bytes in and rows out (CSV, XLSX, vCard), and rows in and bytes out."""
