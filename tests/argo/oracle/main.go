// Prints how Argo's YAML reader takes plain scalars: each line of standard input, as JSON.
package main

import (
	"bufio"
	"fmt"
	"os"

	"sigs.k8s.io/yaml"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		read, err := yaml.YAMLToJSON([]byte("k: " + lines.Text() + "\n"))
		if err != nil {
			read = []byte("null")
		}
		fmt.Println(string(read))
	}
}
