package ocihooks

import "encoding/json"

// Severity is how much a [Finding] matters.
type Severity int

const (
	// SeverityError: the file or the value can't be used.
	SeverityError Severity = 0
	// SeverityWarning: it is used, and does something else than its author may think.
	SeverityWarning Severity = 1
	// SeverityNote: it is worth knowing.
	SeverityNote Severity = 2
)

// String returns the severity's name, as "error".
func (s Severity) String() string {
	return name(int(s), map[int]string{0: "error", 1: "warning", 2: "note"})
}

// UnmarshalJSON reads the severity's name.
func (s *Severity) UnmarshalJSON(text []byte) error {
	var named string
	if err := json.Unmarshal(text, &named); err != nil {
		return err
	}
	for _, known := range []Severity{SeverityError, SeverityWarning, SeverityNote} {
		if known.String() == named {
			*s = known
			return nil
		}
	}
	return invalidArgument("%q is no severity", named)
}

// MarshalJSON writes the severity's name.
func (s Severity) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// Finding is one value, or one file, and what is to be said of it.
type Finding struct {
	// Severity is how much it matters.
	Severity Severity `json:"severity"`
	// Rule is the stable name of the rule, in kebab case.
	Rule string `json:"rule"`
	// File is the file or the directory; empty where the document has no name.
	File string `json:"file"`
	// Pointer is the JSON pointer (RFC 6901) of the value; empty for the whole document.
	Pointer string `json:"pointer"`
	// Line and Column are where the value stands, counted from 1; 0 where it has no place.
	Line   int `json:"line"`
	Column int `json:"column"`
	// Value is the value as it was written, shortened.
	Value string `json:"value"`
	// Message is what is to be said of the value.
	Message string `json:"message"`
	// Hint is what can be done about it; empty where nothing is to be added.
	Hint string `json:"hint"`
}

// LintOptions are what [Lint] is told besides the document. The zero value is fine.
type LintOptions struct {
	// Name is the file's name, for the findings.
	Name string
	// Stages are those that the caller offers to hook files, as podman's "precreate".
	Stages []string
	// CheckHost has the hooks' programs looked for on this host, but for those of startContainer.
	CheckHost bool
}

// Container is what hook files are matched with.
type Container struct {
	// Config is the container's config.json, of which process.args[0] and annotations are looked at.
	Config []byte
	// Annotations are in place of the config's where they are not nil.
	Annotations map[string]string
	// HasBindMounts says whether the user asked for bind mounts.
	HasBindMounts bool
}
