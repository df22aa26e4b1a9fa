// Answers questions about patterns: a line of JSON each, with a pattern and texts.
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"regexp"
)

type question struct {
	Pattern string   `json:"pattern"`
	Texts   []string `json:"texts"`
}

type answer struct {
	Error   string `json:"error,omitempty"`
	Matches []bool `json:"matches,omitempty"`
}

func main() {
	questions := json.NewDecoder(bufio.NewReader(os.Stdin))
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	answers := json.NewEncoder(out)
	for questions.More() {
		var asked question
		if err := questions.Decode(&asked); err != nil {
			panic(err)
		}
		var said answer
		if pattern, err := regexp.Compile(asked.Pattern); err != nil {
			said.Error = err.Error()
		} else {
			for _, text := range asked.Texts {
				said.Matches = append(said.Matches, pattern.MatchString(text))
			}
		}
		if err := answers.Encode(said); err != nil {
			panic(err)
		}
	}
}
