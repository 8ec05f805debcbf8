//go:build tools

// Package engine pins the Pulumi CLI that set-up builds where the vendor's download is out of reach.
package engine

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
