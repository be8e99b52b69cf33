using System.Text.Json.Nodes;

namespace Laminet.Configuration;

/// <summary>An object that a model file can store: as the registered name of its class and its settings, never as code.</summary>
public interface IConfigurable
{
    /// <summary>
    /// The settings from which an equal object can be created. By convention these are the constructor's parameters, each read from the public property
    /// of the same name and written under its name in snake_case, as in Keras.
    /// </summary>
    JsonObject GetConfig();
}
