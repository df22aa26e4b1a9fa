//go:build go1.21 && (!linux || !cgo)

package ocihooks

import "errors"

func init() { unsupportedKinds = append(unsupportedKinds, errors.ErrUnsupported) }
