//go:build tools

// Package livekit pins the videoconference server that set-up builds for the lab.
package livekit

import _ "github.com/livekit/livekit-server/cmd/server"
