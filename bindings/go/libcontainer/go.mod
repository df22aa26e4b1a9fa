module github.com/libocihooks/libocihooks/bindings/go/libcontainer

go 1.19

require (
	github.com/libocihooks/libocihooks/bindings/go v0.1.0
	github.com/opencontainers/runtime-spec v1.1.0
	github.com/sirupsen/logrus v1.9.3
)

require golang.org/x/sys v0.0.0-20220715151400-c0bba94af5f8 // indirect

// The modules are developed together. A program that requires this module uses the version above.
replace github.com/libocihooks/libocihooks/bindings/go => ../
