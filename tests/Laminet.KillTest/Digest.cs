using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Laminet.Tensors;

namespace Laminet.KillTest;

/// <summary>A sum over names, numbers and bytes: equal only for equal bits.</summary>
internal sealed class Digest : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Add(IEnumerable<Variable> variables)
    {
        foreach (Variable variable in variables)
        {
            using MemoryStream bytes = new();
            variable.Value.Write(bytes);
            hash.AppendData(Encoding.UTF8.GetBytes(variable.Name));
            hash.AppendData(bytes.ToArray());
        }
    }

    public void Add(string name, double value)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(name));
        hash.AppendData(MemoryMarshal.AsBytes([value]));
    }

    public void Add(byte[] bytes) => hash.AppendData(bytes);

    public void Dispose() => hash.Dispose();

    public override string ToString() => Convert.ToHexStringLower(hash.GetCurrentHash());
}
