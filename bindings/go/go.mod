module github.com/libocihooks/libocihooks/bindings/go

go 1.19
