/** What amtool says of itself. */
export const APPLICATION_HELP = `See and change what Alertmanager is doing.

Defaults of flags can be set in YAML files, $HOME/.config/amtool/config.yml and /etc/amtool/config.yml; the first to set one
wins, and the command line wins over both. The keys are the names of the flags. Useful ones are:

	alertmanager.url
		The Alertmanager to ask

	author
		Who creates silences, if not the user

	require-comment
		Whether a silence has to have a comment. Default: true

	output
		simple, extended or json

	date.format
		Layout of dates. Default: "2006-01-02 15:04:05 MST"

	http.config.file
		File with the settings of the HTTP client, in the form of
		https://prometheus.io/docs/alerting/latest/configuration/#http_config
`;
