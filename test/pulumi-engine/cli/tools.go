//go:build tools

// Names the program that the test of the Pulumi engine builds, so that go.mod and go.sum hold all that it needs.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
