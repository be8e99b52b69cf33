using System.Buffers.Binary;
using System.Text;

namespace Laminet.Text.Tests.Tokenizers;

/// <summary>Writes the table of replacements of a SentencePiece model: a double-array trie and its texts.</summary>
internal static class ReplacementTable
{
    public static byte[] Of(Dictionary<string, string> replacements)
    {
        List<byte> texts = [];
        List<(byte[] Key, uint Place)> keys = [];
        foreach ((string from, string to) in replacements)
        {
            keys.Add((Encoding.UTF8.GetBytes(from), (uint)texts.Count));
            texts.AddRange([.. Encoding.UTF8.GetBytes(to), 0]);
        }

        uint[] units = new uint[1 << 14];
        bool[] taken = new bool[units.Length];
        taken[0] = true;
        Place(0, keys, 0);
        byte[] blob = new byte[4 + (4 * units.Length) + texts.Count];
        BinaryPrimitives.WriteUInt32LittleEndian(blob, (uint)(4 * units.Length));
        for (int i = 0; i < units.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(4 + (4 * i)), units[i]);
        texts.CopyTo(blob, 4 + (4 * units.Length));
        return blob;

        void Place(int node, List<(byte[] Key, uint Place)> below, int depth)
        {
            byte[] labels = [.. below.Select(key => depth < key.Key.Length ? key.Key[depth] : (byte)0).Distinct()];
            int start = Enumerable.Range(1, units.Length / 2).First(candidate => labels.All(label => !taken[candidate ^ label]));
            foreach (byte label in labels)
                taken[start ^ label] = true;
            units[node] |= ((uint)(node ^ start) << 10) | (labels.Contains((byte)0) ? 1u << 8 : 0);
            foreach (byte label in labels)
            {
                List<(byte[] Key, uint Place)> child = [.. below.Where(key => (depth < key.Key.Length ? key.Key[depth] : (byte)0) == label)];
                if (label == 0)
                {
                    units[start] = child[0].Place | (1u << 31);
                    continue;
                }

                units[start ^ label] |= label;
                Place(start ^ label, child, depth + 1);
            }
        }
    }
}
