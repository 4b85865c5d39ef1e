package clientcell

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/logging"
	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
	"cellworks/pkg/taskdef"
)

// addLogging says where the client's lines can be searched. What sends them is part of
// each service's task, and the stream that takes them is application elk's.
func (c *Cell) addLogging(s *site) error {
	if s.delivery != nil {
		c.outputs["logIndexes"] = pulumi.String(naming.LogIndexes(s.Config.Client))
	}
	return nil
}

// addMasking hides personal data in the log groups of services, which CloudWatch has
// whether or not module logging sends lines elsewhere.
func (c *Cell) addMasking(s *site) (err error) {
	if !s.Config.Logging.MaskPHI {
		return nil
	}
	c.Masking, err = logging.New(s.ctx, s.name, logging.Args{Region: s.Config.Region.Name, LogGroups: c.Services.LogGroups}, s.child)
	return err
}

// routes reports whether a service wants its lines to be sent.
func routes(service config.Service) bool { return service.LogRouter == config.LogToFirehose }

// route decides where lines go, and lets the tasks of services that send them assume
// exactly the role that may.
func (p *plan) route() error {
	if !p.Config.Logging.Enabled || p.ELK == nil || !slices.ContainsFunc(p.services, routes) {
		return nil
	}
	account := p.Config.Account.Name
	stream, ok := p.ELK.Streams[account]
	if !ok {
		return fmt.Errorf("application %s takes no logs of account %s: bring its stack up again (cellctl up '%s/*-%s')", config.ApplicationELK, account, naming.ProjectUtility, config.ApplicationELK)
	}
	p.delivery = &taskdef.Delivery{Stream: stream.Name, Region: stream.Region, RoleARN: stream.RoleARN}
	for _, service := range p.services {
		if routes(service) {
			p.grantsOf[service.Name] = append(p.grantsOf[service.Name], iampolicy.Allow("SendLogs", "sts:AssumeRole").On(stream.RoleARN))
		}
	}
	return nil
}

// sideCars returns the images that run beside those of services.
func (p plan) sideCars() []string {
	var images []string
	if p.delivery != nil {
		images = append(images, p.Config.Services.LogRouterImage)
	}
	if p.consul != nil {
		images = append(images, p.consul.Image, p.consul.DataplaneImage)
	}
	return images
}
