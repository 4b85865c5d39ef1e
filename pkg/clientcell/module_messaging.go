package clientcell

import (
	"cellworks/pkg/clientcell/messaging"
	"cellworks/pkg/naming"
)

// allowMessaging lets services use the cell's queues and topics, and those the key.
func (p *plan) allowMessaging() {
	cfg := p.Config
	if !cfg.Messaging.Enabled {
		return
	}
	p.grants = append(p.grants, messaging.Grants(cfg.Client, cfg.Account.ID, cfg.Region.Name, cfg.Messaging)...)
	p.keyStatements = append(p.keyStatements, messaging.KeyStatements(cfg.Client, cfg.Account.ID, cfg.Region.Name, cfg.Messaging)...)
}

func (c *Cell) addMessaging(s *site) (err error) {
	cfg := s.Config
	buckets := map[string]string{}
	for physical, bucket := range s.buckets {
		buckets[bucket.Name] = physical
	}
	c.Messaging, err = messaging.New(s.ctx, s.name, messaging.Args{
		Client:     cfg.Client,
		AccountID:  cfg.Account.ID,
		Region:     cfg.Region.Name,
		DeployRole: naming.DeployRole(naming.ProjectCell),
		Config:     cfg.Messaging,
		Buckets:    buckets,
		KeyARN:     c.Key.ARN,
	}, s.child)
	if err == nil {
		outputs := c.Messaging.Outputs()
		c.outputs["queueUrls"], c.outputs["topicArns"] = outputs["queueUrls"], outputs["topicArns"]
		for name, url := range c.Messaging.QueueURLs {
			s.environment["CELL_QUEUE_"+variable(name)+"_URL"] = url
		}
		for name, arn := range c.Messaging.TopicARNs {
			s.environment["CELL_TOPIC_"+variable(name)+"_ARN"] = arn
		}
	}
	return err
}
