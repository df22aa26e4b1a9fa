module ocihooks/benches/os_exec

go 1.19
