//go:build linux && cgo

package ocihooks

// #include <ocihooks.h>
import "C"

import (
	"runtime"
	"sync"
)

// reportJSON is the JSON of a report, which the library writes on the first request. Until then it holds the library's
// report, and frees it if the Go report becomes unreachable.
type reportJSON struct {
	once   sync.Once
	report *C.ocihooks_report
	text   []byte
}

func newReportJSON(report *C.ocihooks_report) *reportJSON {
	made := &reportJSON{report: report}
	runtime.SetFinalizer(made, (*reportJSON).free)
	return made
}

// bytes returns the JSON. size is an estimate of its length.
func (j *reportJSON) bytes(size int) []byte {
	j.once.Do(func() {
		j.text = readText(size, func(buf *C.char, size C.size_t) C.size_t {
			return C.ocihooks_report_json(j.report, buf, size)
		})
		j.free()
	})
	return j.text
}

func (j *reportJSON) free() {
	runtime.SetFinalizer(j, nil)
	C.ocihooks_report_free(j.report)
	j.report = nil
}
