module github.com/libocihooks/libocihooks/bindings/go/podman

go 1.19

require (
	github.com/libocihooks/libocihooks/bindings/go v0.1.0
	github.com/opencontainers/runtime-spec v1.1.0
)

// The two are developed together; a program that requires this module takes the version above.
replace github.com/libocihooks/libocihooks/bindings/go => ../
