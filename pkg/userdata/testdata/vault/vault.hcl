# Rendered from the configuration of the stack. What differs between servers, and
# what is secret, is in the environment of the unit.

ui           = true
cluster_name = "ops-us-east-1"
api_addr     = "https://vault.us-east-1.ops.example.com:443"
cluster_addr = "https://{{ GetPrivateIP }}:8201"

# Raft maps its files into memory, all of which mlock would keep there. There is no
# swap to keep secrets out of.
disable_mlock = true

storage "raft" {
  path                   = "/opt/vault"
  performance_multiplier = 1

  retry_join {
    auto_join             = "provider=aws region=us-east-1 tag_key=cellworks-join tag_value=ops-us-east-1-vault addr_type=private_v4"
    auto_join_scheme      = "https"
    auto_join_port        = 8200
    leader_tls_servername = "vault.us-east-1.ops.example.com"
    leader_ca_cert_file   = "/etc/vault.d/tls/ca.pem"
  }
}

listener "tcp" {
  address         = "0.0.0.0:8200"
  cluster_address = "0.0.0.0:8201"
  tls_cert_file   = "/etc/vault.d/tls/server.pem"
  tls_key_file    = "/etc/vault.d/tls/server-key.pem"
  tls_min_version = "tls12"
}

seal "awskms" {
  region     = "us-east-1"
  kms_key_id = "arn:aws:kms:us-east-1:333333333333:key/1"
}

telemetry {
  disable_hostname          = true
  prometheus_retention_time = "60s"
}

log_level            = "info"
log_format           = "json"
log_file             = "/var/log/vault/vault.log"
log_rotate_bytes     = 104857600
log_rotate_max_files = 5
