module github.com/rules-pycds/rules_pycds

go 1.25.0

require github.com/bazelbuild/rules_go v0.64.2
