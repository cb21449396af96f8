module github.com/rules-pycds/rules_pycds

go 1.24
