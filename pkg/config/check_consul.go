package config

const consulKey = ApplicationConsul

// consulTasks checks what the tags of UtilityConsulTasks cannot say.
func (c *checker) consulTasks(u UtilityConsul, forms *patterns) {
	const key = consulKey + ".tasks"
	if !u.Enabled || !u.Tasks.Enabled || c.bad(consulKey, key, key+".enabled") {
		return
	}
	for _, image := range []struct{ name, value, what string }{
		{"image", u.Tasks.Image, "consul-ecs"},
		{"dataplaneImage", u.Tasks.DataplaneImage, "consul-dataplane"},
	} {
		path := key + "." + image.name
		switch {
		case c.bad(path):
		case image.value == "":
			c.problem(path, "tasks register by "+image.what+", and there is no image of it", "name the image by digest, or set "+key+".enabled: false")
		default:
			c.byDigest(forms.image, path, image.value)
		}
	}
}
