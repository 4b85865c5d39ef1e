package config

import "os"

// Open loads the configuration directory dir or, when dir is empty, the nearest
// one found from the working directory upward. It fails like Find and Load.
func Open(dir string) (*Tree, error) {
	if dir == "" {
		start, err := os.Getwd()
		if err != nil {
			return nil, err
		}
		if dir, err = Find(start); err != nil {
			return nil, err
		}
	}
	return Load(dir)
}
