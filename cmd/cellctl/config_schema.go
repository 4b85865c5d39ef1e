package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"cellworks/pkg/config"
)

func (a *app) schemaCommand() *cobra.Command {
	layer, write := "", false
	c := &cobra.Command{
		Use:   "schema KIND",
		Short: "Print the JSON Schema of a kind of file: organization, base, utility, cell or retired",
		Long: `Print the JSON Schema, draft 2020-12, of a kind of file: organization, base,
utility, cell or retired. What is required depends on the layer: defaults,
account, region and, for a cell, profile and client.

Editors with a YAML language server use a schema that the first line of a file names:

  # yaml-language-server: $schema=../../schema/cell.client.json

--write puts all schemas into the directory schema of the configuration.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			switch {
			case write && len(args) == 0:
				return a.writeSchemas()
			case write || len(args) == 0:
				return usage(errors.New("want either a kind (organization, base, utility, cell or retired) or --write"))
			}
			return a.schema(args[0], config.Layer(layer))
		},
	}
	c.Flags().StringVar(&layer, "layer", "", "layer of the file (default: client for a cell, otherwise region)")
	c.Flags().BoolVar(&write, "write", false, "write all schemas into the configuration")
	return c
}

func (a *app) schema(kind string, layer config.Layer) error {
	if layer == "" {
		switch kind {
		case "organization":
			layer = config.LayerOrganization
		case "cell":
			layer = config.LayerClient
		case "retired":
			layer = config.LayerNetwork
		default:
			layer = config.LayerRegion
		}
	}
	text, err := config.JSONSchema(kind, layer)
	if err != nil {
		return usage(err)
	}
	_, err = a.stdout.Write(text)
	return err
}

func (a *app) writeSchemas() error {
	dir, err := a.configsDir()
	if err != nil {
		return err
	}
	dir = filepath.Join(dir, "schema")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range config.SchemaFiles() {
		text, err := config.JSONSchema(f.Kind, f.Layer)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, f.Name), text, 0o644); err != nil {
			return err
		}
	}
	fmt.Fprintf(a.stderr, "%d schemas written to %s\n", len(config.SchemaFiles()), dir)
	return nil
}
