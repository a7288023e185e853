Package: base-files
Version: 12.4
Architecture: amd64
Source: base (1:2-3)
